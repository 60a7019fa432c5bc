/** An example that the stand-in refuses as it should. */
interface Refusal {
  examples: RegExp;
  status: number;
  why: string;
}

export const REFUSED_ON_PURPOSE: Refusal[] = [
  {
    examples: /^Gallery_(AddToSharingProfile|ResetSharingProfile|EnableCommunityGallery)/,
    status: 404,
    why: "galleries can't be shared here: nobody else is in this world",
  },
];
