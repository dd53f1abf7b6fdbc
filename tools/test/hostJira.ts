/** Stand-in until the simulator exists. */
export async function startHostJira() {
  return { env: {} as Record<string, string>, stop: async () => undefined };
}
