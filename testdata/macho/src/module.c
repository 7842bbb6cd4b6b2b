/* An extension module: Python's symbols are looked up wherever they are. */
typedef struct object PyObject;
extern PyObject *PyModule_Create2(void *definition, int version);
extern PyObject *PyLong_FromLong(long value);
extern int mid_twice(int a);

static PyObject *twice(void) { return PyLong_FromLong(mid_twice(21)); }

static struct {
    const char *name;
    PyObject *(*call)(void);
} methods[] = {{"twice", twice}, {0, 0}};

PyObject *PyInit_demo(void) { return PyModule_Create2(methods, 1013); }
