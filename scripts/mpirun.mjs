/** What Open MPI is told: any number of processes on this machine, which talk over shared memory and loopback. */
export const mpirunFlags = [
  '--allow-run-as-root',
  '--oversubscribe',
  ...['--bind-to', 'none'],
  ...['--mca', 'btl', 'self,vader'],
  ...['--mca', 'btl_vader_single_copy_mechanism', 'none'],
  ...['--mca', 'oob_tcp_if_include', 'lo'],
]
