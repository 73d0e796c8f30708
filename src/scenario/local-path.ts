/** Whether a path stays in the folder of the scenario. */
export function isLocal(path: string): boolean {
  return !/^([\\/]|[A-Za-z]:)/.test(path) && !path.split(/[\\/]/).includes('..');
}
