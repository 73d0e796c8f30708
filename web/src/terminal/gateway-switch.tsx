import { gatewayProblem, gatewayStatus, gatewayWanted } from '../state/gateway.ts';

/** Names what a live world will reach, before it does. */
export function GatewaySwitch() {
  const problem = gatewayProblem.value;
  if (problem !== undefined) {
    return (
      <span class="bad gateway-problem" role="alert" title={problem}>
        Gateway: {problem}
      </span>
    );
  }
  const { allowed } = gatewayStatus.value ?? { allowed: [] };
  if (allowed.length === 0) return null;
  return (
    <label
      class="gateway-switch"
      title="For the next prompt: its world's clock shows today, and these hosts are real"
    >
      <input
        type="checkbox"
        checked={gatewayWanted.value}
        onChange={({ currentTarget }) => {
          gatewayWanted.value = currentTarget.checked;
        }}
      />
      reach {allowed.join(', ')}
    </label>
  );
}
