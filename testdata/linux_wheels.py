"""Published Linux wheels whose verdicts are compared with auditwheel's, pinned by their SHA-256.

glibc and musl, five machines, C, C++, Rust and Cython, with and without bundled libraries.
"""

# ruff: noqa: E501  (file names are as long as they are)
WHEELS = {
    "cffi-2.0.0b1-cp312-cp312-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl": (
        "31b8e3204cdef043e59a296383e6a43461d17c5c3d73fa9cebf4716a561291b0"
    ),
    "cffi-2.0.0b1-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl": (
        "2ea57043b545f346b081877737cb0320960012107d0250fa5183a4306f9365d6"
    ),
    "cffi-2.1.1-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "210019b6c7cf07f081b4c54635c8cf744377001350e29cc0f81c4377b4797735"
    ),
    "cryptography-50.0.2-cp311-abi3-manylinux_2_28_aarch64.whl": (
        "f9f6143a8c75945eb960d9eb98905a441394abfa24afaae239d514ffb2586480"
    ),
    "cryptography-50.0.2-cp311-abi3-manylinux_2_28_ppc64le.whl": (
        "a582ab2ae1d34f67112cadc86702774c9ea4374df6bca6afe672817203c99134"
    ),
    "cryptography-50.0.2-cp311-abi3-manylinux_2_28_x86_64.whl": (
        "4061c0079120205fb760c58acab6443e217307dcf05e3702cf970e0689972856"
    ),
    "cryptography-50.0.2-cp311-abi3-musllinux_1_2_x86_64.whl": (
        "85d0d9a31b9098e98534226d5686b47264b95e62ce459dc2e62fdfc809f9fe93"
    ),
    "gmpy2-2.3.2-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl": (
        "c3021ec352e1b26baf4752f99d88adc9e930f115a053162c127d1c1b2f5783c2"
    ),
    "greenlet-3.5.6-cp312-cp312-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl": (
        "975736b002ed080d124cf81a79cb7e05cb26d6b3f5c7a7b651c0fcce70353aa1"
    ),
    "lxml-6.1.3-cp312-cp312-manylinux_2_26_aarch64.manylinux_2_28_aarch64.whl": (
        "b37772102d44bb6628186accca3a121b1fa3a6b3d97518a8c29a5229ca4c0d0a"
    ),
    "lxml-6.1.3-cp312-cp312-manylinux_2_26_x86_64.manylinux_2_28_x86_64.whl": (
        "909f4e927bb051f7740d6367285fc60cdcfdaf0258c2dba4ff5ba7eadadc250c"
    ),
    "lxml-6.1.3-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "c55e71a9b1db1f107efb60da49c093689b74c5c31a708e5379e2fd9439d4fbb5"
    ),
    "markupsafe-3.0.4-cp312-cp312-manylinux2014_aarch64.manylinux_2_17_aarch64.manylinux_2_28_aarch64.whl": (
        "6a45c3d514f2436064db00d7fc8778d888f0236ebfed649b53d13a59e69ad51b"
    ),
    "markupsafe-3.0.4-cp312-cp312-manylinux2014_ppc64le.manylinux_2_17_ppc64le.manylinux_2_28_ppc64le.whl": (
        "bd3ce56ae2cbae3ba82b683bc425cd7e48d2ed8b10f3e818186b6f5646d9271c"
    ),
    "markupsafe-3.0.4-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl": (
        "8e124f974786f831d6043728e38296969d3579db8896fe004682f5758e613581"
    ),
    "markupsafe-3.0.4-cp312-cp312-manylinux_2_31_riscv64.manylinux_2_39_riscv64.whl": (
        "c02e8f18bdedba082cef725942ac823b9b60656db07f7e265cb31618dfd00d77"
    ),
    "markupsafe-3.0.4-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "c9a7f43c0b202b334cc9184af09bb8f21d3a209e038efaf106936fb69e6b026e"
    ),
    "pillow-13.0.0-cp312-cp312-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl": (
        "8bf295fe459343bc6093c8e5e0df60bfa189e0fcb775a22e2c2488fdeccc6c0d"
    ),
    "pillow-13.0.0-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl": (
        "42d63be3af4f9b951b199b0a9d23365d37ab14687e6d77b74940432c8515c4ca"
    ),
    "pillow-13.0.0-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "23edf4ec4b6f4f240e8df6e4985e9ee2ced86474632433e55fb1e2548744bf40"
    ),
    "psutil-7.2.2-cp36-abi3-manylinux2010_x86_64.manylinux_2_12_x86_64.manylinux_2_28_x86_64.whl": (
        "076a2d2f923fd4821644f5ba89f059523da90dc9014e85f8e45a5774ca5bc6f9"
    ),
    "psutil-7.2.2-cp36-abi3-manylinux2014_aarch64.manylinux_2_17_aarch64.manylinux_2_28_aarch64.whl": (
        "b0726cecd84f9474419d67252add4ac0cd9811b04d61123054b9fb6f57df6e9e"
    ),
    "psutil-7.2.2-cp36-abi3-musllinux_1_2_x86_64.whl": (
        "b58fabe35e80b264a4e3bb23e6b96f9e45a3df7fb7eed419ac0e5947c61e47cc"
    ),
    "pyyaml-6.0.3-cp312-cp312-manylinux2014_aarch64.manylinux_2_17_aarch64.manylinux_2_28_aarch64.whl": (
        "9149cad251584d5fb4981be1ecde53a1ca46c891a79788c0df828d2f166bda28"
    ),
    "pyyaml-6.0.3-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl": (
        "ba1cc08a7ccde2d2ec775841541641e4548226580ab850948cbfda66a1befcdc"
    ),
    "pyyaml-6.0.3-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "41715c910c881bc081f1e8872880d3c650acf13dfa8214bad49ed4cede7c34ea"
    ),
    "pyzmq-27.3.0-cp312-abi3-manylinux_2_26_aarch64.manylinux_2_28_aarch64.whl": (
        "ad8b828407caee77ff3ab0bdb2984ee8d48922328b226e8fda7c84a71a55dbb4"
    ),
    "pyzmq-27.3.0-cp312-abi3-manylinux_2_26_x86_64.manylinux_2_28_x86_64.whl": (
        "858fe25231e0fd8612da142efde019faa5ef63fa150a821a27870e791b38c798"
    ),
    "pyzmq-27.3.0-cp312-abi3-musllinux_1_2_x86_64.whl": (
        "d317685b83663fbd03ca8b5c34add7463e9bed094e3e1a69d2a895130b64ffaf"
    ),
    "rpds_py-2026.9.1-cp312-cp312-musllinux_1_2_x86_64.whl": (
        "46d80bc76b51a6c24f9944368c28d38b8bcbcea1da4f2f8d3ebc31a67e8c6ec6"
    ),
    "ruff-0.17.5-py3-none-musllinux_1_2_x86_64.whl": (
        "86bd1f3b83c25f9b8055c6e796f0685b39d3127ce947322098c3108cf82fd586"
    ),
    "shapely-2.2.0-cp312-cp312-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl": (
        "650a5f4d8a8e3c96982079d8c99b6ddbe6602bbd1e34c75c2b95dbc0d28ac997"
    ),
}
"""File name to digest."""
