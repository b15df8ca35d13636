// case: throw
// case: throw-value
#include <cstdio>
#include <cstring>
#include <stdexcept>

int main(int, char **words) {
    setvbuf(stdout, nullptr, _IONBF, 0);
    printf("order 1 accepted\n");
    if (!strcmp(words[1], "throw")) {
        fprintf(stderr, "@@begin {\"exception\": \"std::runtime_error\", \"message\": \"no stock: 0 left\"}\n");
        throw std::runtime_error("no stock: 0 left");
    }
    fprintf(stderr, "@@begin {\"exception\": \"int\"}\n");
    throw 7;
}
