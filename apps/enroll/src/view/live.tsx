import { useEffect, useState } from 'preact/hooks'
import { frame } from '../camera.js'
import { answerTo } from '../lessons.js'
import { type Answer, recogniser } from '../store.js'
import { Scores } from './scores.js'

/** At most about ten times a second. */
const interval = 100

/** What the camera sees, said again and again. */
export const Live = () => {
  const [answer, setAnswer] = useState<Pick<Answer, 'name' | 'scores'>>()
  const using = recogniser.value
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let running = true
    const look = async (): Promise<void> => {
      const picture = document.hidden ? undefined : frame()
      const found = picture && (await answerTo(picture))
      if (!running) return
      if (found) setAnswer(found)
      timer = setTimeout(look, interval)
    }
    look()
    return () => {
      running = false
      clearTimeout(timer)
    }
  }, [using])
  if (!answer || !using) return null
  return (
    <div data-live={answer.name ?? ''}>
      {/* Said only when it changes: readers are not told about every picture. */}
      <p class="verdict-name" role="status">
        {answer.name ?? 'unknown'}
      </p>
      <Scores answer={answer} threshold={using.threshold} />
    </div>
  )
}
