// The bundler turns a Python file into its text.
declare module '*.py' {
  const text: string;
  export default text;
}
