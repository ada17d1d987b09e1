import { DropField } from '@arcmargin/ui'
import { startWithEmoji } from '../emoji.js'
import { others, type Photo, type Thing, task, things } from '../store.js'
import { addFiles, addThing, removePicture, removeThing, rename } from '../things.js'
import { Camera } from './camera.js'
import { TakePictures } from './take-pictures.js'

/** Things and their pictures. */
export const Teach = () => (
  <section aria-labelledby="teach">
    <h2 id="teach">1. Show it your things</h2>
    <Camera />
    <div class="row">
      <button type="button" onClick={() => addThing()}>
        Add a thing
      </button>
      {things.value.length === 0 && (
        <button type="button" disabled={task.value !== undefined} onClick={startWithEmoji}>
          Start with some emoji
        </button>
      )}
    </div>
    <div class="things">
      {things.value.map((thing) => (
        <ThingCard key={thing.id} thing={thing} />
      ))}
      <Others />
    </div>
  </section>
)

const ThingCard = ({ thing: { id, name, photos, classWeight } }: { readonly thing: Thing }) => (
  <article class="card" data-thing={name}>
    <div class="row">
      <input
        type="text"
        aria-label={`Name of ${name}`}
        value={name}
        onChange={(event) => rename(id, event.currentTarget.value.trim() || name)}
      />
      <button type="button" onClick={() => removeThing(id)} aria-label={`Remove ${name}`}>
        Remove
      </button>
    </div>
    {photos.length === 0 && classWeight && (
      <p class="note">Known from the opened file, which has no pictures.</p>
    )}
    <Photos id={id} name={name} photos={photos} />
    <TakePictures id={id} name={name} />
    <DropField
      label={`Pictures of ${name}:`}
      accept="image/*"
      multiple
      onFiles={(files) => addFiles(id, files)}
    />
  </article>
)

const Others = () => (
  <article class="card" data-thing="">
    <h3>Anything else</h3>
    <p class="note">
      Optional: what it should not mistake for your things, such as the empty table. It is not
      learned; it makes the threshold more certain.
    </p>
    <Photos id={undefined} name="something else" photos={others.value} />
    <TakePictures id={undefined} name="anything else" />
    <DropField
      label="Pictures of anything else:"
      accept="image/*"
      multiple
      onFiles={(files) => addFiles(undefined, files)}
    />
  </article>
)

interface PhotosProps {
  readonly id: number | undefined
  readonly name: string
  readonly photos: readonly Photo[]
}

const Photos = ({ id, name, photos }: PhotosProps) => (
  <ul class="photos" aria-label={`Pictures of ${name}`}>
    {photos.map((photo, i) => (
      <li key={photo.url}>
        <img src={photo.url} alt={`${name}, number ${i + 1}`} width="48" height="48" />
        <button
          type="button"
          class="remove"
          aria-label={`Remove picture ${i + 1} of ${name}`}
          onClick={() => removePicture(id, photo)}
        >
          ×
        </button>
      </li>
    ))}
  </ul>
)
