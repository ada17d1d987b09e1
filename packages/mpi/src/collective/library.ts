import koffi, { type KoffiFunc, type LibraryHandle } from 'koffi'
import { MpiUnavailableError } from '../errors.js'
import type { Values } from './collective.js'

/** Names of Open MPI 4 and 5's library; the loader knows where Debian, Homebrew and clusters' modules keep it. */
const names = ['libmpi.so.40', 'libmpi.so', 'libmpi.40.dylib', 'libmpi.dylib']

const howToInstall =
  'Install Open MPI (Debian: apt-get install openmpi-bin libopenmpi-dev), or set ARCMARGIN_MPI_LIBRARY to the path of its libmpi.'

/** The functions of MPI that are called, with handles as addresses. */
export interface Library {
  readonly initialized: KoffiFunc<(flag: Int32Array) => number>
  readonly init: KoffiFunc<(argc: null, argv: null) => number>
  readonly commRank: KoffiFunc<(comm: bigint, rank: Int32Array) => number>
  readonly commSize: KoffiFunc<(comm: bigint, size: Int32Array) => number>
  readonly returnErrors: KoffiFunc<(comm: bigint, handler: bigint) => number>
  readonly allReduce: KoffiFunc<
    (send: bigint, values: Values, count: number, type: bigint, op: bigint, comm: bigint) => number
  >
  readonly allGather: KoffiFunc<
    (
      send: Values,
      count: number,
      type: bigint,
      receive: Values,
      counts: Int32Array,
      starts: Int32Array,
      typeToo: bigint,
      comm: bigint,
    ) => number
  >
  readonly broadcast: KoffiFunc<
    (values: Values, count: number, type: bigint, root: number, comm: bigint) => number
  >
  readonly barrier: KoffiFunc<(comm: bigint) => number>
  readonly abort: KoffiFunc<(comm: bigint, code: number) => number>
  readonly finalize: KoffiFunc<() => number>
  readonly handles: Readonly<
    Record<'world' | 'returnErrors' | 'float' | 'double' | 'int' | 'sum' | 'max', bigint>
  >
}

/** Stands for "in place": Open MPI's MPI_IN_PLACE is the address 1. */
export const inPlace = 1n

const open = (): LibraryHandle => {
  const chosen = process.env['ARCMARGIN_MPI_LIBRARY']
  let cause: unknown
  for (const name of chosen ? [chosen] : names) {
    try {
      // Its plug-ins look its symbols up in the process.
      return koffi.load(name, { global: true })
    } catch (error) {
      cause ??= error
    }
  }
  throw new MpiUnavailableError(`Open MPI was not found. ${howToInstall}`, cause)
}

/**
 * Loads Open MPI.
 *
 * @throws MpiUnavailableError where it is missing, or where the library is another MPI's.
 */
export const loadLibrary = (): Library => {
  const library = open()
  const handle = (symbol: string): bigint => koffi.address(library.symbol(symbol))
  try {
    return {
      initialized: library.func('int MPI_Initialized(int *flag)'),
      init: library.func('int MPI_Init(void *argc, void *argv)'),
      commRank: library.func('int MPI_Comm_rank(void *comm, int *rank)'),
      commSize: library.func('int MPI_Comm_size(void *comm, int *size)'),
      returnErrors: library.func('int MPI_Comm_set_errhandler(void *comm, void *handler)'),
      allReduce: library.func(
        'int MPI_Allreduce(void *send, void *receive, int count, void *type, void *op, void *comm)',
      ),
      allGather: library.func(
        'int MPI_Allgatherv(void *send, int count, void *type, void *receive, int *counts, int *starts, void *typeToo, void *comm)',
      ),
      broadcast: library.func(
        'int MPI_Bcast(void *values, int count, void *type, int root, void *comm)',
      ),
      barrier: library.func('int MPI_Barrier(void *comm)'),
      abort: library.func('int MPI_Abort(void *comm, int code)'),
      finalize: library.func('int MPI_Finalize()'),
      handles: {
        world: handle('ompi_mpi_comm_world'),
        returnErrors: handle('ompi_mpi_errors_return'),
        float: handle('ompi_mpi_float'),
        double: handle('ompi_mpi_double'),
        int: handle('ompi_mpi_int'),
        sum: handle('ompi_mpi_op_sum'),
        max: handle('ompi_mpi_op_max'),
      },
    }
  } catch (cause) {
    throw new MpiUnavailableError(`The MPI library is not Open MPI. ${howToInstall}`, cause)
  }
}
