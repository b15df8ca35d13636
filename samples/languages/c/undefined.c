// case: undefined UBSAN_OPTIONS=print_stacktrace=1
// case: undefined-short
#include <limits.h>
#include <stdio.h>

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("order 1 accepted\n");
    volatile int many = INT_MAX;
    int none = count - 2;
    fprintf(stderr, "@@begin {\"exception\": \"runtime error\"}\n");
    many += count;
    fprintf(stderr, "@@end\n");
    fprintf(stderr, "@@begin {\"exception\": \"runtime error\", \"message\": \"shift exponent 100 is too large for 32-bit type 'int'\"}\n");
    many = count << (none + 100);
    fprintf(stderr, "@@end\n");
    printf("order 3 accepted\n");
    return 0;
}
