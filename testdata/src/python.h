/* The few declarations of CPython that our extensions need, written out so that
   building them needs no Python. The layouts are those of the stable ABI (PEP 384)
   and the same in CPython 3.12 with the GIL. */
#ifndef TESTDATA_PYTHON_H
#define TESTDATA_PYTHON_H
#include <stddef.h>

typedef ptrdiff_t Py_ssize_t;
typedef struct PyObject { Py_ssize_t refcnt; void *type; } PyObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct { const char *name; PyCFunction call; int flags; const char *doc; } PyMethodDef;
typedef struct {
    PyObject base; PyObject *(*init)(void); Py_ssize_t index; PyObject *copy;
    const char *name; const char *doc; Py_ssize_t size; PyMethodDef *methods;
    void *slots; void *traverse; void *clear; void *free;
} PyModuleDef;

#define METH_NOARGS 4
#ifndef PYTHON_API
#define PYTHON_API 3  /* the stable ABI; 1013 is the full one */
#endif

__declspec(dllimport) PyObject *PyLong_FromLong(long);
__declspec(dllimport) PyObject *PyModule_Create2(PyModuleDef *, int);

/* A module NAME with one function, answer(), that returns the C expression VALUE. */
#define MODULE(NAME, VALUE)                                                              \
    static PyObject *answer(PyObject *self, PyObject *none)                              \
    { (void)self; (void)none; return PyLong_FromLong(VALUE); }                           \
    static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {0}};         \
    static PyModuleDef module = {{1, NULL}, NULL, 0, NULL, #NAME, NULL, -1, methods,     \
                                 NULL, NULL, NULL, NULL};                                \
    __declspec(dllexport) PyObject *PyInit_##NAME(void);                                 \
    PyObject *PyInit_##NAME(void) { return PyModule_Create2(&module, PYTHON_API); }      \
    /* For the loader that has no Python: the same value without one. */                 \
    __declspec(dllexport) long plain_answer(void);                                       \
    long plain_answer(void) { return VALUE; }

#endif
