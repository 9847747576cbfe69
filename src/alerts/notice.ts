/** Something about alerts that an administrator should know. */

export interface AlertNotice {
  readonly kind: /** An alert was delivered. */
    | 'delivered'
    /** Alerts cannot be delivered at present; they wait and are tried again. */
    | 'failing'
    /** An alert will never be delivered. */
    | 'dropped'
    /** Alerts that wait cannot be kept on disk at present. */
    | 'unsaved'
    /** They can be again. */
    | 'saved'
    /** What was kept could not be used. */
    | 'unusable'
  /** Name of the alert. */
  readonly alert?: string
  /** One line, without anything secret. */
  readonly message: string
}
