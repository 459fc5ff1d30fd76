import { headerReader, optionalText, type HeaderOf } from './header-fields'

/** RESUME_CHECK_HALF_MESSAGE. Source: ResumeCheckHalfMessageRequestHeader.java. */
export const readResumeCheckHalfMessageHeader = headerReader({
  topic: optionalText,
  msgId: optionalText,
})
export type ResumeCheckHalfMessageHeader = HeaderOf<typeof readResumeCheckHalfMessageHeader>
