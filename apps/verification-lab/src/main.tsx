import '@arcmargin/ui/style.css'
import { render } from 'preact'
import { App } from './view/app.js'

render(<App />, document.getElementById('app') as HTMLElement)
