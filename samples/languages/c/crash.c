// case: use-after-free
// case: heap-overflow
// case: stack-overflow
// case: null
// case: leak
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *what) { fprintf(stderr, "@@begin %s\n", what); }

static int take(int *stock) { return *stock; }

static int deep(volatile int n) { volatile char room[4096]; room[0] = n; return deep(n + 1) + room[0]; }

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("order 1 accepted\n");
    const char *act = words[1];
    int *stock = malloc(3 * sizeof *stock);
    stock[0] = 1;
    if (!strcmp(act, "use-after-free")) {
        say("{\"exception\": \"AddressSanitizer: heap-use-after-free\"}");
        free(stock);
        return take(stock);
    } else if (!strcmp(act, "heap-overflow")) {
        say("{\"exception\": \"AddressSanitizer: heap-buffer-overflow\"}");
        return take(stock + 3 + (count > 9));
    } else if (!strcmp(act, "stack-overflow")) {
        say("{\"exception\": \"AddressSanitizer: stack-overflow\"}");
        return deep(0);
    } else if (!strcmp(act, "null")) {
        say("{\"exception\": \"AddressSanitizer: SEGV\"}");
        return take((int *)(long)(count - 2));
    } else if (!strcmp(act, "leak")) {
        stock = NULL;
        printf("order 2 accepted\n");
        say("{\"exception\": \"LeakSanitizer: detected memory leaks\"}");
        return 0;
    }
    printf("order 3 accepted\n");
    return 0;
}
