/** What is used of jstat, which brings no types. */
declare module 'jstat' {
  const jStat: {
    readonly studentt: {
      /** The quantile of Student's t with `dof` degrees of freedom. */
      inv(probability: number, dof: number): number;
    };
  };
  export default jStat;
}
