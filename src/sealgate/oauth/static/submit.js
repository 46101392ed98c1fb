// Sends the response to the app; the button stays for whoever comes back to this page.
"use strict";

document.getElementById("response").submit();
