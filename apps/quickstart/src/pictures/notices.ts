import { collectionVersion, readCollectionInfo } from './collections.js'
import { vendors } from './split.js'

/** The attribution and licence notices that travel with every copy of the pictures, as Markdown. */
export const licenceNotices = async (): Promise<string> => {
  const notices = await Promise.all(vendors.map(notice))
  return [
    '# Licences of the pictures',
    '',
    'The drawings are the work of the authors below. Changes: each was rendered at 64 × 64 pixels on',
    'white, averaged to 32 × 32 pixels and placed on one sheet.',
    '',
    ...notices,
    '',
  ].join('\n')
}

const notice = async (vendor: string): Promise<string> => {
  const { name, author, license } = await readCollectionInfo(vendor)
  const version = await collectionVersion(vendor)
  return (
    `* **${name}** by ${author.name} (<${author.url}>), npm package \`@iconify-json/${vendor}\` ${version}: ` +
    `${license.title} (${license.spdx}), <${license.url}>`
  )
}
