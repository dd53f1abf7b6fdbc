/** Made by esbuild.mjs: requires every test/host/suites/*.test.ts. */
declare module 'virtual:suites' {
  export function loadSuites(): void;
}
