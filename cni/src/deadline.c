#include "deadline.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

deadline_ms deadline_in(int milliseconds)
{
	return now_ms() + milliseconds;
}

int deadline_poll(deadline_ms deadline, int fd, short events)
{
	struct pollfd wanted = {.fd = fd, .events = events};

	for (;;) {
		long long left = deadline - now_ms();
		int ready;

		if (left <= 0)
			return -ETIMEDOUT;
		ready = poll(&wanted, 1, (int)left);
		if (ready > 0)
			return 0;
		if (ready < 0 && errno != EINTR)
			return -errno;
	}
}

int deadline_pause(deadline_ms deadline)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	if (now_ms() >= deadline)
		return -ETIMEDOUT;
	nanosleep(&pause, NULL);
	return 0;
}
