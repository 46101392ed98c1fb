// Hands the result of a sign-in to the window that asked for it; where there is none, this window goes on itself.
"use strict";

(() => {
  const result = JSON.parse(document.getElementById("result").textContent);
  // A closed opener is no opener: then the app's own tab is gone, and this one takes its place.
  if (window.opener && !window.opener.closed) {
    window.opener.postMessage(result.message, result.target);
    setTimeout(() => window.close(), 50);
  } else {
    location.replace(result.otherwise);
  }
})();
