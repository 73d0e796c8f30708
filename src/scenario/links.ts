/** Names of the links of a world, as the trace and the capture show them. */
export const WIFI_LINK = 'wifi';
export const INTERNET_LINK = 'internet';
