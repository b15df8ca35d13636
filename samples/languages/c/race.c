// case: race
#include <pthread.h>
#include <stdio.h>

static int stock;

static void *sell(void *nothing) { stock--; return nothing; }

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("order 1 accepted\n");
    fprintf(stderr, "@@begin {\"exception\": \"ThreadSanitizer: data race\"}\n");
    pthread_t one, two;
    pthread_create(&one, NULL, sell, NULL);
    pthread_create(&two, NULL, sell, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    fprintf(stderr, "@@end\n");
    printf("order 2 accepted\n");
    return 0;
}
