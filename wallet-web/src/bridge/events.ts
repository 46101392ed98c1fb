// What a wallet tells the page that runs in it. (wallet-api 8.5)

export interface Destination {
  address: string;
  tag?: number;
  name?: string;
}

/** What is known of a destination. `danger` goes out as `risk` as well: the types of the published package say so. */
export interface DestinationInfo {
  exist: boolean;
  danger: "ERROR" | "UNKNOWN" | "PROBABLE" | "HIGH_PROBABILITY" | "CONFIRMED";
  blackHole: boolean;
  disallowIncomingXRP: boolean;
  possibleExchange: boolean;
  requireDestinationTag: boolean;
}

export type WalletEvent =
  | { method: "payloadResolved"; reason: "SIGNED" | "DECLINED"; uuid: string }
  | { method: "scanQr"; reason: "SCANNED"; qrContents: string }
  | { method: "scanQr"; reason: "USER_CLOSE" | "INVALID_QR" }
  | { method: "selectDestination"; reason: "SELECTED"; destination: Destination; info: DestinationInfo }
  | { method: "selectDestination"; reason: "USER_CLOSE" }
  | { method: "networkSwitch"; network: string }
  | { method: "kycVeriff" | "getLogs"; result: unknown }
  | { method: "requestInAppPurchase"; successPurchase: boolean };

/** Return an event as it travels: a string. Pages ignore objects. */
export function writeEvent(event: WalletEvent): string {
  if (event.method === "selectDestination" && event.reason === "SELECTED") {
    return JSON.stringify({ ...event, info: { ...event.info, risk: event.info.danger } });
  }
  return JSON.stringify(event);
}
