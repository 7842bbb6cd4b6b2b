/* One of everything that holds an address: what moving an image has to move. */
extern void *malloc(unsigned long size);
extern void free(void *block);

int rich_value = 7;
int *rich_pointer = &rich_value;
static const char *const words[] = {"one", "two", "three"};
const char *const *rich_words[] = {words, words + 1, words + 2};
void *(*rich_imported)(unsigned long) = malloc;
_Thread_local int rich_local = 3;

static volatile int started; /* volatile: the compiler must not run start() itself */
__attribute__((constructor)) static void start(void) { started = rich_value; }

static void give_back(void **block) { free(*block); }

/* The cleanup runs when an exception passes through: a personality and an LSDA. */
int rich_cleanup(void (*call)(void *)) {
    __attribute__((cleanup(give_back))) void *block = malloc(16);
    call(block);
    return started;
}

int rich_switch(int n) {
    switch (n) {
    case 0: return rich_value;
    case 1: return *rich_pointer + 1;
    case 2: return rich_local;
    case 3: return (int)words[1][0];
    case 4: return started;
    case 5: return rich_cleanup(free);
    default: return -1;
    }
}

const char *rich_word(unsigned n) { return n < 3 ? *rich_words[n] : 0; }
