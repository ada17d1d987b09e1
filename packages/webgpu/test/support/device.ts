import { requestDevice } from '../../../../scripts/webgpu.mjs'

/** A device, with features beyond the default ones, whose errors outside of any scope end the test that caused them. */
export const testDevice = async (...requiredFeatures: GPUFeatureName[]): Promise<GPUDevice> => {
  const device = await requestDevice({ requiredFeatures })
  device.addEventListener('uncapturederror', (event) => {
    throw new Error((event as GPUUncapturedErrorEvent).error.message)
  })
  return device
}

/** Runs a shader once over values and returns what it wrote. */
export const runOnce = async (
  device: GPUDevice,
  code: string,
  values: Float32Array<ArrayBuffer>,
): Promise<Float32Array> => {
  const usage = { storage: 0x80, source: 0x4, target: 0x8, read: 0x1 }
  const size = values.byteLength
  const buffer = device.createBuffer({ size, usage: usage.storage | usage.source | usage.target })
  const result = device.createBuffer({ size, usage: usage.read | usage.target })
  device.queue.writeBuffer(buffer, 0, values)
  const module = device.createShaderModule({ code })
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } })
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer } }],
    }),
  )
  pass.dispatchWorkgroups(Math.ceil(values.length / 64))
  pass.end()
  encoder.copyBufferToBuffer(buffer, 0, result, 0, size)
  device.queue.submit([encoder.finish()])
  await result.mapAsync(0x1)
  return new Float32Array(result.getMappedRange().slice(0))
}
