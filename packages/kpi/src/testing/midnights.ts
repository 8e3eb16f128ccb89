/** Days that end at a midnight of their own: by the clock of the zone, whatever its offset is and however long they are. */
export const MIDNIGHTS = [
  // The clock goes from 2:00 to 3:00 and back: the next midnight is 23 and 25 hours later.
  {
    timeZone: 'Europe/Berlin',
    from: '2025-03-30',
    first: '2025-03-29T23:00:00Z',
    last: '2025-03-30T21:59:59Z',
    next: '2025-03-30T22:00:00Z',
  },
  {
    timeZone: 'Europe/Berlin',
    from: '2025-10-26',
    first: '2025-10-25T22:00:00Z',
    last: '2025-10-26T22:59:59Z',
    next: '2025-10-26T23:00:00Z',
  },
  {
    timeZone: 'Asia/Kathmandu',
    from: '2025-03-10',
    first: '2025-03-09T18:15:00Z',
    last: '2025-03-10T18:14:59Z',
    next: '2025-03-10T18:15:00Z',
  },
  {
    timeZone: 'America/St_Johns',
    from: '2025-03-09',
    first: '2025-03-09T03:30:00Z',
    last: '2025-03-10T02:29:59Z',
    next: '2025-03-10T02:30:00Z',
  },
  {
    timeZone: 'Pacific/Pago_Pago',
    from: '2025-03-10',
    first: '2025-03-10T11:00:00Z',
    last: '2025-03-11T10:59:59Z',
    next: '2025-03-11T11:00:00Z',
  },
] as const;
