/** What a page in the naming `ebs` says of each volume: by device `1`, or `0` and the error type. */
export function upByDevice(body: string): Readonly<Record<string, string>> {
  const volumes: Record<string, string> = {};
  for (const [, device = '', errorType, value = ''] of body.matchAll(
    /^ebs_volume_up\{.*device="(nvme\d+n1)".*?(?:,error_type="([a-z_]+)")?\} ([01])$/gm,
  )) {
    volumes[device] = errorType === undefined ? value : `${value} ${errorType}`;
  }
  return volumes;
}

/** How many volumes are in each state. */
export function statesOn(body: string): Readonly<Record<string, number>> {
  const states: Record<string, number> = {};
  for (const state of Object.values(upByDevice(body))) states[state] = (states[state] ?? 0) + 1;
  return states;
}

/** The value of the first series whose line begins so; undefined where there is none. */
export function valueOf(body: string, beginning: string): number | undefined {
  const line = body.split('\n').find((each) => each.startsWith(beginning));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}
