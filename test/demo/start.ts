// npm start
import { startByHand } from './byHand.ts';

await startByHand();
