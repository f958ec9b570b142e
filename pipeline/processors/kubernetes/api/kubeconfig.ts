import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ApiAccess, Credentials } from './access.ts';
import { fieldsOf, itemsOf, text, type Fields } from './fields.ts';
import { watchFile, type WatchedFile } from './watched-file.ts';

/** The entry of this name in one of a kubeconfig's lists; its content is under `kind`. */
function named(config: Fields, list: string, kind: string, name: string): Fields {
  const entry = itemsOf(config[list])
    .map(fieldsOf)
    .find((each) => each['name'] === name);
  if (entry === undefined) throw new Error(`it has no ${kind} ${JSON.stringify(name)}`);
  return fieldsOf(entry[kind]);
}

/** A value that stands in the kubeconfig itself (`…-data`, base64) or in a file beside it. */
type Source = { readonly text: string } | { readonly file: WatchedFile } | undefined;

function sourceOf(fields: Fields, key: string, open: (path: string) => WatchedFile): Source {
  const data = text(fields[`${key}-data`]);
  if (data !== undefined) return { text: Buffer.from(data, 'base64').toString('utf8') };
  const path = text(fields[key]);
  return path === undefined ? undefined : { file: open(path) };
}

async function textOf(source: Source): Promise<string | undefined> {
  if (source === undefined) return undefined;
  return 'text' in source ? source.text : source.file.read();
}

/** Ways to say who one is that need a program, a proxy or a server of their own. */
const unsupported: Readonly<Record<string, string>> = {
  exec: 'a program that gives credentials (exec) is not run: use a token or a client certificate, or the service account of a pod',
  'auth-provider': 'auth-provider is gone from Kubernetes since 1.26: use a token or a client certificate',
  username: 'passwords are gone from Kubernetes since 1.19: use a token or a client certificate',
};

interface Parts {
  readonly server: URL;
  readonly user: Fields;
  readonly cluster: Fields;
}

function partsOf(config: Fields, context: string | undefined): Parts {
  const name = context ?? text(config['current-context']);
  if (name === undefined) throw new Error('it has no current-context: set context');
  const chosen = named(config, 'contexts', 'context', name);
  const cluster = named(config, 'clusters', 'cluster', text(chosen['cluster']) ?? '');
  const user = named(config, 'users', 'user', text(chosen['user']) ?? '');
  const server = text(cluster['server']);
  if (server === undefined || !URL.canParse(server)) throw new Error('its cluster has no server');
  if (text(cluster['proxy-url']) !== undefined) throw new Error('proxy-url is not supported');
  for (const [key, why] of Object.entries(unsupported)) if (key in user) throw new Error(why);
  return { server: new URL(server), user, cluster };
}

/**
 * The access that a kubeconfig describes. Files that it names are read again when they are replaced; the kubeconfig is
 * read once.
 * @throws where it cannot be used, with the reason
 */
export async function kubeconfigAccess(
  path: string,
  context: string | undefined,
  onReload: () => void,
): Promise<ApiAccess> {
  const { load } = await import('js-yaml');
  try {
    const { server, user, cluster } = partsOf(fieldsOf(load(await readFile(path, 'utf8'))), context);
    const open = (file: string) => watchFile(resolve(dirname(path), file), onReload);
    const tokenFile = text(user['tokenFile']);
    const token: Source =
      tokenFile === undefined ? { text: text(user['token']) ?? '' } : { file: open(tokenFile) };
    const ca = sourceOf(cluster, 'certificate-authority', open);
    const cert = sourceOf(user, 'client-certificate', open);
    const key = sourceOf(user, 'client-key', open);
    const servername = text(cluster['tls-server-name']);
    const anyServer = cluster['insecure-skip-tls-verify'] === true;
    let latest: { readonly texts: readonly (string | undefined)[]; readonly made: Credentials } | undefined;
    return {
      server,
      async credentials() {
        const texts = await Promise.all([token, ca, cert, key].map(textOf));
        if (latest === undefined || texts.some((each, index) => each !== latest?.texts[index])) {
          const [tokenText = '', caText, certText, keyText] = texts;
          const tls = {
            ...(caText === undefined ? {} : { ca: caText }),
            ...(certText === undefined ? {} : { cert: certText }),
            ...(keyText === undefined ? {} : { key: keyText }),
            ...(servername === undefined ? {} : { servername }),
            ...(anyServer ? { rejectUnauthorized: false } : {}),
          };
          const shown = tokenText.trim();
          latest = { texts, made: { token: shown === '' ? undefined : shown, tls } };
        }
        return latest.made;
      },
      refused() {
        for (const source of [token, ca, cert, key]) if (source && 'file' in source) source.file.forget();
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot use the kubeconfig ${path}: ${reason}`, { cause: error });
  }
}
