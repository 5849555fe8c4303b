/** Calls back with the next picture that the element shows, or when time goes on in it without pictures. */
export function awaitPicture(video: HTMLVideoElement, seen: () => void): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    video.removeEventListener('timeupdate', onTime);
    seen();
  };
  let beforeS = video.currentTime;
  // Hidden pages show no frames, sound has none: then the clock tells.
  const onTime = () => {
    const seeking = Math.abs(video.currentTime - beforeS) > 1;
    const going = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.currentTime > beforeS;
    beforeS = video.currentTime;
    if (going && !seeking) once();
  };
  video.addEventListener('timeupdate', onTime);
  if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(once);
}
