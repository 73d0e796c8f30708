/** The page cannot run here, and this is why. */
export function Obstacle({ text }: { text: string }) {
  return (
    <main class="obstacle">
      <h1>tls-sandbox</h1>
      <p role="alert">{text}</p>
    </main>
  );
}
