/*
 * The floor: what a message there and back costs over a Unix socket pair, with nothing
 * around it. One connection and one thread at each end for each caller.
 *
 * Reads commands, a line each, from its standard input:
 *   <bytes> <callers> <warm-up in ms> <duration in ms>
 * and answers each with a line of JSON.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CALLERS = 64, MAX_BYTES = 8 << 20, MAX_SAMPLES = 1 << 20 };

static int client_fds[CALLERS];
static int server_fds[CALLERS];

static size_t bytes;
static uint64_t measure_from;
static uint64_t measure_to;

struct caller {
	int fd;
	uint32_t *samples; /* in ns */
	size_t count;
	uint64_t last;
	pthread_t thread;
};

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *allocate(size_t size)
{
	void *memory = malloc(size);
	if (memory == NULL) {
		die("malloc");
	}
	return memory;
}

/* writes all; 0 at the end of the connection */
static int write_all(int fd, const char *buffer, size_t length)
{
	while (length > 0) {
		ssize_t count = write(fd, buffer, length);
		if (count < 0 && errno != EINTR) {
			return 0;
		}
		if (count > 0) {
			buffer += count;
			length -= (size_t) count;
		}
	}
	return 1;
}

/* reads one message, whose first four bytes are its length; 0 at the end of the connection */
static size_t read_message(int fd, char *buffer, size_t capacity)
{
	size_t filled = 0;
	uint32_t length = 0;
	while (filled < sizeof length || filled < length) {
		ssize_t count = read(fd, buffer + filled, capacity - filled);
		if (count < 0 && errno == EINTR) {
			continue;
		}
		if (count <= 0) {
			return 0;
		}
		filled += (size_t) count;
		if (length == 0 && filled >= sizeof length) {
			memcpy(&length, buffer, sizeof length);
		}
	}
	return filled;
}

static void *serve(void *argument)
{
	int fd = *(int *) argument;
	char *buffer = allocate(MAX_BYTES);
	size_t length;
	while ((length = read_message(fd, buffer, MAX_BYTES)) > 0 && write_all(fd, buffer, length)) {
	}
	free(buffer);
	return NULL;
}

static void *call(void *argument)
{
	struct caller *caller = argument;
	uint32_t length = (uint32_t) bytes;
	char *buffer = allocate(MAX_BYTES);
	memset(buffer, 'x', bytes);
	uint64_t start = now();
	while (start < measure_to) {
		memcpy(buffer, &length, sizeof length);
		if (!write_all(caller->fd, buffer, bytes) || read_message(caller->fd, buffer, MAX_BYTES) != bytes) {
			die("the connection ended");
		}
		uint64_t end = now();
		if (end >= measure_from && caller->count < MAX_SAMPLES) {
			uint64_t took = end - start;
			caller->samples[caller->count++] = took > UINT32_MAX ? UINT32_MAX : (uint32_t) took;
			caller->last = end;
		}
		start = end;
	}
	free(buffer);
	return NULL;
}

static int compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *) left;
	uint32_t b = *(const uint32_t *) right;
	return (a > b) - (a < b);
}

static double micros(const uint32_t *samples, size_t count, double quantile)
{
	size_t index = (size_t) (quantile * (double) count);
	return samples[index < count ? index : count - 1] / 1000.0;
}

static void measure(int callers, uint64_t warm_up, uint64_t duration)
{
	static struct caller all[CALLERS];
	measure_from = now() + warm_up * 1000000u;
	measure_to = measure_from + duration * 1000000u;
	for (int i = 0; i < callers; i++) {
		all[i] = (struct caller) { .fd = client_fds[i], .samples = allocate(MAX_SAMPLES * sizeof(uint32_t)) };
		if (pthread_create(&all[i].thread, NULL, call, &all[i]) != 0) {
			die("pthread_create");
		}
	}
	size_t count = 0;
	uint64_t last = measure_from;
	for (int i = 0; i < callers; i++) {
		pthread_join(all[i].thread, NULL);
		count += all[i].count;
		last = all[i].last > last ? all[i].last : last;
	}
	uint32_t *samples = allocate((count + 1) * sizeof(uint32_t));
	size_t filled = 0;
	for (int i = 0; i < callers; i++) {
		memcpy(samples + filled, all[i].samples, all[i].count * sizeof(uint32_t));
		filled += all[i].count;
		free(all[i].samples);
	}
	if (count == 0) {
		printf("{\"error\":\"no call was done in time\"}\n");
	}
	else {
		qsort(samples, count, sizeof(uint32_t), compare);
		printf("{\"count\":%zu,\"seconds\":%.6f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f}\n",
				count, (double) (last - measure_from) / 1e9, micros(samples, count, 0.5),
				micros(samples, count, 0.9), micros(samples, count, 0.99), micros(samples, count, 0.999),
				samples[count - 1] / 1000.0);
	}
	free(samples);
}

int main(void)
{
	for (int i = 0; i < CALLERS; i++) {
		int pair[2];
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
			die("socketpair");
		}
		client_fds[i] = pair[0];
		server_fds[i] = pair[1];
	}
	pid_t parent = getpid();
	pid_t child = fork();
	if (child < 0) {
		die("fork");
	}
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent) {
			return 1;
		}
		pthread_t threads[CALLERS];
		for (int i = 0; i < CALLERS; i++) {
			close(client_fds[i]);
			if (pthread_create(&threads[i], NULL, serve, &server_fds[i]) != 0) {
				die("pthread_create");
			}
		}
		for (int i = 0; i < CALLERS; i++) {
			pthread_join(threads[i], NULL);
		}
		return 0;
	}
	for (int i = 0; i < CALLERS; i++) {
		close(server_fds[i]);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("{\"pids\":[%d]}\n", child);
	unsigned long size;
	int callers;
	unsigned long warm_up;
	unsigned long duration;
	while (scanf("%lu %d %lu %lu", &size, &callers, &warm_up, &duration) == 4) {
		bytes = size < 8 ? 8 : size;
		if (bytes > MAX_BYTES || callers < 1 || callers > CALLERS) {
			printf("{\"error\":\"out of range\"}\n");
			continue;
		}
		measure(callers, warm_up, duration);
	}
	return 0;
}
