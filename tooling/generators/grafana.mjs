/** Every board as the JSON that Grafana loads. */
export async function grafanaBoards() {
  const { generatedFiles } = await import('@hemma/dashboards/grafana/generate.js');
  return generatedFiles();
}
