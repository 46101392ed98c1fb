// Reading QR codes: from a camera, from a picture, from what is pasted.
//
// Owns the camera and the decoders: the browser's own where it has one, else one in a worker that is loaded when the
// first picture comes. Offers a code's text, and reasons as words for i18n. Never says what a code means: `requests`
// does; and keeps no picture.

export { Camera, type CameraChoice, CameraRefused, type CameraRefusal } from "./camera";
export { type Decoder, openDecoder } from "./decoder";
export { PictureRefused, type PictureRefusal, readPicture } from "./picture";
export { type Pasted, readPasted } from "./pasted";
export { watchVideo } from "./watch";
