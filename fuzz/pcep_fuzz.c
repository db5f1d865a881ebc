#include "pcep_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whole messages. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text stream = {(const char *)data, size};
    struct cp_pcep_frame frame = cp_pcep_frame(stream);

    if (frame.kind == CP_PCEP_FRAME_WHOLE)
        pcep_target_run(cp_text_sub(stream, 0, frame.size));
    return 0;
}
