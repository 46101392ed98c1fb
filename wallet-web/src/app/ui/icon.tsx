// Pictures of one line, drawn in the colour of the text beside them.

const PATHS = {
  home: "M3 11 12 4l9 7M5.500 9.500V20h13V9.500M10 20v-5.500h4V20",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.500 2",
  scan: "M4 8V5.500A1.500 1.500 0 0 1 5.500 4H8M16 4h2.500A1.500 1.500 0 0 1 20 5.500V8M20 16v2.500a1.500 1.500 0 0 1-1.500 1.500H16M8 20H5.500A1.500 1.500 0 0 1 4 18.500V16M4 12h16",
  grid: "M4 4h6.500v6.500H4zM13.500 4H20v6.500h-6.500zM4 13.500h6.500V20H4zM13.500 13.500H20V20h-6.500z",
  cog: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v2.500M12 18.500V21M3 12h2.500M18.500 12H21M5.600 5.600l1.800 1.800M16.600 16.600l1.800 1.800M5.600 18.400l1.800-1.800M16.600 7.400l1.800-1.800",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  key: "M8 12a4 4 0 1 0 0 .1M12 12h9v3M17.500 12v2.500",
  people: "M9 5a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7M2.500 20c.4-3.600 3-5.500 6.500-5.500s6.100 1.900 6.500 5.500M16 5.300a3.500 3.500 0 0 1 0 6.400M18 14.900c2 .7 3.200 2.400 3.500 5.100",
  apps: "M12 3 20.500 7.500 12 12 3.500 7.500zM3.500 12l8.500 4.500 8.500-4.500M3.500 16.500 12 21l8.500-4.500",
  device: "M7 3h10v18H7zM11 18h2",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10 20.500h4",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  plus: "M12 5v14M5 12h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  tick: "M5 12.500l4.500 4.500L19 7.500",
  cross: "M6 6l12 12M18 6L6 18",
  warn: "M12 4 2.500 20h19zM12 10v4.500M12 17v.5",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.500M12 7.500V8",
  shield: "M12 3l8 3v6c0 4.500-3.200 7.500-8 9-4.800-1.500-8-4.500-8-9V6z",
  out: "M14 4h6v6M20 4l-9 9M17 14v6H4V7h6",
  pen: "M4 20l1-4L16.500 4.500l3 3L8 19z",
  trash: "M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5",
  eye: "M2.500 12c2-4 5.500-6.500 9.500-6.500s7.500 2.500 9.500 6.500c-2 4-5.500 6.500-9.500 6.500S4.500 16 2.500 12M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  offline: "M3 3l18 18M8.500 15.500a5 5 0 0 1 6.500-.3M5.500 12.300A9 9 0 0 1 10 9.800M14.500 9.900a9 9 0 0 1 4 2.400M2.500 9A13 13 0 0 1 7 6.300M11 5.500A13 13 0 0 1 21.500 9M12 19v.3",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c5 5.500 5 12.500 0 18M12 3c-5 5.500-5 12.500 0 18",
  finger: "M12 4a8 8 0 0 0-8 8v2M20 14v-2a8 8 0 0 0-3-6.200M8 20c-.7-2-1-4-1-8a5 5 0 0 1 10 0c0 3 .3 4.500 1 6.500M12 12c0 4 .3 6 1.500 8.500",
  hourglass: "M7 3h10M7 21h10M8 3v4l4 5 4-5V3M8 21v-4l4-5 4 5v4",
  download: "M12 4v11M7.500 10.500 12 15l4.500-4.500M4.500 19.500h15",
  more: "M5 12v.1M12 12v.1M19 12v.1",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon, 22 px wide; it says nothing to a screen reader, so words stand beside it or in the control's label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
