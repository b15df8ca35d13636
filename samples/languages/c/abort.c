// case: double-free
// case: smash
// case: assertion
// case: invalid-pointer
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *what) { fprintf(stderr, "@@begin %s\n", what); }

static void __attribute__((noinline, optimize("stack-protector-all"))) fill(const char *text) {
    char name[8];
    strcpy(name, text);
    printf("order %d accepted\n", name[0]);
}

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("order 1 accepted\n");
    char *stock = malloc(16);
    if (!strcmp(words[1], "double-free")) {
        say("{\"exception\": \"free()\", \"message\": \"double free detected in tcache 2\"}");
        free(stock);
        free(stock);
    } else if (!strcmp(words[1], "smash")) {
        say("{\"exception\": \"stack smashing detected\", \"before\": 1}");
        fill("much longer than eight characters");
    } else if (!strcmp(words[1], "assertion")) {
        say("{\"exception\": \"assertion failed\", \"message\": \"stock == NULL\"}");
        assert(stock == NULL);
    } else {
        say("{\"exception\": \"free()\", \"message\": \"invalid pointer\"}");
        free(stock + 8);
    }
    return 0;
}
