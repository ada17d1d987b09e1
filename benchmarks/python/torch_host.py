"""The process of the engine `pytorch`: `torch_host.py <task as JSON>`. The protocol is that of src/run/protocol.ts, on file descriptor 3."""
import json, socket, sys, time

task = json.loads(sys.argv[1])
channel = socket.socket(fileno=3).makefile("rw", encoding="utf-8")


def reply(**message):
    channel.write(json.dumps(message) + "\n")
    channel.flush()


def unavailable(reason):
    reply(unavailable=reason)
    sys.exit()


try:
    import numpy, torch
except ImportError:
    unavailable("python3-torch is not installed: apt-get install python3-torch libopenblas0-pthread")

from torch_head import step

with open("/proc/self/maps") as maps:
    if "openblas" not in maps.read():
        # Debian's default is the reference BLAS: 20 times slower, a baseline that flatters everybody else.
        unavailable("PyTorch found no OpenBLAS: apt-get install libopenblas0-pthread")


def peak_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))


def array(name, dtype, width=None):
    values = torch.from_numpy(numpy.fromfile(f"{task['folder']}/{name}", dtype))
    return values if width is None else values.view(-1, width).requires_grad_()


torch.set_num_threads(task["threads"])
dimension = task["shape"]["dimension"]
x = array("embeddings.f32", numpy.float32, dimension)
w = array("class-weights.f32", numpy.float32, dimension)
labels = array("labels.i32", numpy.int32).long()
reply(versions={"pytorch": torch.__version__, "python": sys.version.split()[0]})

for line in channel:
    message = json.loads(line)
    if message["command"] == "step":
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(message["steps"]):
            x.grad = w.grad = None
            loss = step(x, w, labels)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        reply(wallMs=1e3 * wall / message["steps"], cpuMs=1e3 * cpu / message["steps"], loss=loss)
    else:
        peak = peak_mb()
        x.grad.numpy().tofile(f"{message['folder']}/dx")
        w.grad.numpy().tofile(f"{message['folder']}/dw")
        reply(peakMb=peak)
