/** What to do where there is no WebGPU. */
export const NoGpu = () => (
  <section class="card panel" aria-labelledby="no-gpu" data-no-gpu>
    <h2 id="no-gpu">This browser offers no WebGPU</h2>
    <p>The page computes on the GPU and cannot go on without it. It works in</p>
    <ul>
      <li>Chrome and Edge from 113 on Windows, macOS and ChromeOS, from 121 on Android;</li>
      <li>Safari from 26 on macOS, iOS, iPadOS and visionOS;</li>
      <li>Firefox from 141 on Windows, from 145 on Macs with Apple’s own chips;</li>
      <li>
        Chrome on Linux when it is started with <code>--enable-unsafe-webgpu</code> (without a GPU
        it then computes in software, slowly).
      </li>
    </ul>
    <p>
      If yours is one of them: the page must come from <code>https</code> or from this machine, and
      graphics acceleration must be on in the browser’s settings; <code>chrome://gpu</code> says why
      it is not. Without WebGPU, <code>@arcmargin/wasm</code> trains heads on the processor.
    </p>
  </section>
)
