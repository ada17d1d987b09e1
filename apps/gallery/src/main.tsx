import '@arcmargin/ui/style.css'
import { Page } from '@arcmargin/ui'
import { render } from 'preact'
import { pages } from './pages.js'

const Gallery = () => (
  <Page
    title="See what margins do"
    footer={<p>Every page runs on this device alone and sends nothing.</p>}
  >
    <p class="lead">
      Angular-margin losses teach a network to put things of one identity close together and things
      of two far apart. These pages let you move the parts; the <a href="./docs/">documentation</a>{' '}
      explains them.
    </p>
    <div class="grid">
      {pages.map(({ folder, title, text, shows }) => (
        <article class="card" key={folder}>
          <h2>
            <a href={`./${folder}/`}>{title}</a>
          </h2>
          <p>{text}</p>
          <p class="note">
            shows <code>{shows}</code>
          </p>
        </article>
      ))}
    </div>
  </Page>
)

render(<Gallery />, document.getElementById('app') as HTMLElement)
