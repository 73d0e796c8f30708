/** What makes a folder a scenario. */
export const SCENARIO_FILE = 'scenario.yaml';
