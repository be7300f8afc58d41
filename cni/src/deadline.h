/* deadline.h - a point on the monotonic clock, so that no wait is without an end. */
#ifndef WEIR_CNI_DEADLINE_H
#define WEIR_CNI_DEADLINE_H

/* Milliseconds on the monotonic clock at which to give up. */
typedef long long deadline_ms;

deadline_ms deadline_in(int milliseconds);

/* Waits until fd is ready for one of events (poll's). 0, -ETIMEDOUT or -errno. */
int deadline_poll(deadline_ms deadline, int fd, short events);

/* Sleeps a millisecond. -ETIMEDOUT when the deadline has passed. */
int deadline_pause(deadline_ms deadline);

#endif
