import { hydrateRoot } from 'react-dom/client'
import { Room } from './room.tsx'

const root = document.getElementById('root')
if (root) hydrateRoot(root, <Room room="harbour" />)
