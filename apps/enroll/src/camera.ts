import { signal } from '@preact/signals'
import { grab, middle } from './grab.js'
import type { Picture } from './model/picture.js'

/** The camera's pictures while it is on. */
export const stream = signal<MediaStream | undefined>(undefined)

/** The element that shows them; frames are read from it. */
const video = document.createElement('video')
video.muted = true
video.playsInline = true
video.setAttribute('aria-label', 'What the camera sees')

/** Puts the camera's element into a place of the page. */
export const showIn = (place: HTMLElement): void => {
  if (video.parentElement !== place) place.replaceChildren(video)
}

const reasons: Readonly<Record<string, string>> = {
  NotAllowedError: 'The camera was not allowed; dropped pictures work too',
  NotFoundError: 'No camera was found; dropped pictures work too',
  NotReadableError: 'Another program uses the camera',
}

/**
 * Turns the camera on: the one at the back, where there are two.
 *
 * @throws Error saying what to do instead.
 */
export const turnOn = async (): Promise<void> => {
  // Pages without TLS have no cameras.
  if (!navigator.mediaDevices) throw new Error('Cameras need a page over https or on localhost')
  const wanted = { video: { facingMode: 'environment', width: { ideal: 640 } } }
  const opened = await navigator.mediaDevices.getUserMedia(wanted).catch((error: unknown) => {
    const name = error instanceof DOMException ? error.name : ''
    throw new Error(reasons[name] ?? `The camera does not start: ${error}`)
  })
  video.srcObject = opened
  await video.play()
  stream.value = opened
}

/** Turns it off. */
export const turnOff = (): void => {
  for (const track of stream.value?.getTracks() ?? []) track.stop()
  video.srcObject = null
  stream.value = undefined
}

/** The camera's picture now; undefined while it is off. */
export const frame = (): Picture | undefined => {
  const { videoWidth, videoHeight } = video
  if (!stream.value || videoWidth === 0) return undefined
  return grab(video, middle(videoWidth, videoHeight))
}
