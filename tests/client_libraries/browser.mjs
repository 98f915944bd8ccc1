// What a shop's own website would bundle: the vendor's library, told where to send.
import { AnalyticsBrowser } from "@segment/analytics-next";

const { key, host } = document.currentScript.dataset;
window.analytics = AnalyticsBrowser.load({ writeKey: key, cdnURL: host });
