/** What an island is: it is given the element that stands for it. */
export type Island = (element: HTMLElement) => Promise<void> | void;
