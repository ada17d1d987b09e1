export { default } from './theme.js'
