import { page } from '../../vite.base.js'

export default page
