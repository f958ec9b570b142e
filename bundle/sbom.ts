/** What of CycloneDX (https://cyclonedx.org/docs/1.5/json/) is looked at here; the rest stays as npm wrote it. */
export interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn: readonly string[];
  }[];
}

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
}

/**
 * The bill of materials of what is shipped, of that of all that is installed: most of this is for building and testing.
 * @param packages whose code is shipped, `js-yaml@5.5.0`
 * @throws where one of them is not installed by the lockfile
 */
export function sbomOfShipped(installed: Sbom, product: string, packages: readonly string[]): Sbom {
  const components = installed.components.filter((component) => packages.includes(component['bom-ref']));
  const listed = new Set(components.map((component) => component['bom-ref']));
  const missing = packages.find((each) => !listed.has(each));
  if (missing !== undefined) throw new Error(`${missing} is shipped and not in the lockfile`);
  const root = installed.metadata.component;
  const shipped = new Set([root['bom-ref'], ...listed]);
  // npm says what the manifest asks for. What is bundled is asked for by the product, whoever else does.
  const dependencies = installed.dependencies
    .filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => shipped.has(other)) }));
  return {
    ...installed,
    // npm takes the name of the folder.
    metadata: { ...installed.metadata, component: { ...root, name: product } },
    components,
    dependencies,
  };
}
